using System.Globalization;

namespace Hone.Cli.Output;

/// <summary>Numbers of bytes for people.</summary>
internal static class ByteText
{
    /// <summary>Bytes of a GiB.</summary>
    public const double Gib = 1L << 30;

    private const double Mib = 1L << 20;

    /// <summary>In MiB with one digit, from 1 GiB on in GiB with two.</summary>
    public static string Of(long bytes) => bytes < Gib
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Mib:F1} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / Gib:F2} GiB");
}
