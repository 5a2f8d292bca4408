using System.Reflection;

namespace Hone.Cli;

/// <summary>The program's version, as written to run.json.</summary>
internal static class Version
{
    public static string Text =>
        typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
