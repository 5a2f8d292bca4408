namespace Hone.Cli;

/// <summary>What a data set is called where only its file is named.</summary>
internal static class DataFileName
{
    /// <summary>The file's name without folder and endings, fit to name a file: gsm8k/test.jsonl.gz is test.</summary>
    public static string Stem(string path) => Plain(Path.GetFileName(path).Split('.')[0]);

    /// <summary>The same with its folder in front: gsm8k-test.</summary>
    public static string WithFolder(string path)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "";
        return $"{Plain(folder)}-{Stem(path)}";
    }

    /// <summary>Whether a name can stand in tables and name a file.</summary>
    public static bool IsPlain(string name) => name.Length > 0 && name == Plain(name) && name[0] != '.';

    private static string Plain(string name) => name.Length == 0
        ? "data"
        : string.Concat(name.Select(unit => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_' or '.' ? unit : '-'));
}
