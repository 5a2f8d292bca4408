using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Report;

/// <summary>Where the figures come from, and the commands that make them again.</summary>
internal static class OriginSection
{
    private const int ConfigurationLimit = 20_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(HtmlWriter page, ReportData data)
    {
        ReportSource source = data.Source;
        page.Section("origin", "How to make this again");
        string[] log = ["hone", "", source.Path, .. source.RankingArguments];
        string[] scores = source.ScoresFile is { } file ? ["--scores", file] : [];
        if (data.Run?["config"] is JsonObject config)
        {
            string text = config.ToJsonString(Indented);
            page.Paragraph("The run: save this configuration as train.json (JSON is YAML too), then train into a new folder.")
                .Raw("<details><summary>Configuration</summary>\n<pre>").Text(text, ConfigurationLimit).Raw("</pre></details>\n")
                .Raw(text.Length <= ConfigurationLimit ? "" : $"<p>The first {NumberText.Count(ConfigurationLimit)} of {NumberText.Count(text.Length)} characters "
                    + "are shown: take the whole from config in run.json.</p>\n")
                .Raw("<pre>").Text("hone train --config train.json --set out=NEW_FOLDER").Raw("</pre>\n");
        }

        page.Paragraph("The ranking and this page:").Raw("<pre>")
            .Text(Command([.. log], "rank")).Raw("\n").Text(Command([.. log, .. scores], "report")).Raw("</pre>\n");
        page.Table(new PageTable("Origin", [new PageColumn("what", IsText: true), new PageColumn("value", IsText: true)],
        [
            .. Facts(data).Where(fact => fact.Value.Length > 0).Select(fact => (string[])[fact.Name, HtmlText.Cut(fact.Value, 300)]),
        ])).EndSection();
    }

    private static IEnumerable<(string Name, string Value)> Facts(ReportData data)
    {
        ReportSource source = data.Source;
        yield return ("log", source.Log.Format.Title);
        yield return ("rows", $"{NumberText.Of(source.Log.Count, "completion")} in {NumberText.Of(source.Log.Files.Count, "file")}, "
            + $"steps {NumberText.Whole(source.Log.FirstStep)} to {NumberText.Whole(source.Log.LastStep)}");
        yield return ("report made by", $"Hone {source.Version}, seed {source.Seed}");
        yield return ("run made by", Of("version") is { Length: > 0 } version ? $"Hone {version}" : "");
        yield return ("machine", Of("machine"));
        yield return ("seed of the run", Of("seed"));
        yield return ("data", (data.Run?["config"] as JsonObject)?["data"]?.ToString() ?? "");
        yield return ("data here", data.Data.Problem is { } problem ? $"not shown: {problem}" : data.Data.Kept.Count > 0 ? "as it was, by its hash" : "");
        yield return ("data hash", Of("data_hash"));
        yield return ("prompts", Of("prompts"));
        yield return ("parameters", Of("parameters"));

        string Of(string name) => data.Run?[name] is JsonValue value ? value.ToString() : "";
    }

    private static string Command(string[] parts, string verb)
    {
        parts[1] = verb;
        return string.Join(' ', parts.Select(Quoted));
    }

    // As a POSIX shell takes it.
    private static string Quoted(string part) =>
        part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || "-_./=,:+%@".Contains(character, StringComparison.Ordinal))
            ? part : "'" + part.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
