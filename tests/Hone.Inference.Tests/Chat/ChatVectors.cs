using System.Text.Json.Nodes;

namespace Hone.Inference.Tests.Chat;

/// <summary>What Jinja2 rendered, and where the published templates are that it rendered.</summary>
internal static class ChatVectors
{
    internal static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", name)))!.AsObject();

    /// <summary>A published template beside the checkout; without it the test is skipped.</summary>
    internal static string Template(string name)
    {
        string? root = Environment.GetEnvironmentVariable("HONE_SHARED");
        for (string? folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "shared");
            root = Directory.Exists(Path.Combine(candidate, "data", "templates")) ? candidate : null;
        }

        string path = Path.Combine(root ?? "shared", "data", "templates", name);
        Assert.SkipUnless(
            File.Exists(path), $"no shared/data/templates/{name} above {AppContext.BaseDirectory}; set HONE_SHARED to the shared folder");
        return path;
    }
}
