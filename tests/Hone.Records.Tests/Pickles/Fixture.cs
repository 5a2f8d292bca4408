using System.Text.Json;

namespace Hone.Records.Tests.Pickles;

/// <summary>The files that Python and torch wrote; make_fixtures.py beside them made them.</summary>
internal static class Fixture
{
    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "Pickles", "Fixtures");

    internal static string File(string name) => Path.Combine(Folder, name);

    internal static JsonElement Expected(string name)
    {
        using FileStream stream = System.IO.File.OpenRead(File("expected.json"));
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.GetProperty(name).Clone();
    }
}
