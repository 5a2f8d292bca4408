namespace Hone.Records.Logs.Importers;

/// <summary>What --field and --reward-weight mean for formats that are not read by a map of fields.</summary>
internal static class OwnFields
{
    /// <summary>Refuses a map of fields that would have no effect.</summary>
    /// <param name="format">The format.</param>
    /// <param name="map">The map.</param>
    /// <param name="but">Fields that may be mapped.</param>
    /// <exception cref="InvalidDataException">A field is mapped.</exception>
    internal static void RefuseMap(LogFormat format, FieldMap map, params string[] but)
    {
        foreach (string ours in FieldMap.RolloutNames.Except(but))
        {
            if (map[ours] is { } theirs)
            {
                throw RecordError.In($"--field {ours}={theirs}", $"{format.Name} logs are read by their own fields, expected no --field",
                    "leave it out, or read the rows as they are with --format json-lines");
            }
        }
    }

    /// <summary>Refuses weights for a format with one total reward.</summary>
    /// <exception cref="InvalidDataException">A weight is given.</exception>
    internal static void RefuseWeights(LogFormat format, IReadOnlyDictionary<string, double> weights)
    {
        if (weights.Count > 0)
        {
            throw RecordError.In($"--reward-weight {weights.First().Key}",
                $"{format.Name} logs have one reward a completion, expected columns of rewards (trl, ms-swift)", "leave it out");
        }
    }
}
