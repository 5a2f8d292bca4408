namespace Hone.Inference.Chat.Jinja;

/// <summary>
/// What a template may use up. A conversation of thousands of messages or of a million characters stays below; a hostile
/// template ends within seconds and a gigabyte of allocations, most of them short-lived.
/// </summary>
internal static class JinjaLimits
{
    /// <summary>Longest template, in UTF-16 units.</summary>
    internal const int SourceLength = 1 << 20;

    /// <summary>Blocks and brackets within each other.</summary>
    internal const int ParseDepth = 100;

    /// <summary>Expressions, blocks and macros being evaluated within each other.</summary>
    internal const int RunDepth = 500;

    /// <summary>Expressions evaluated and list items made or visited.</summary>
    internal const int Steps = 2_000_000;

    /// <summary>UTF-16 units of text read or made on the way.</summary>
    internal const int TextWork = 1 << 26;

    /// <summary>UTF-16 units of the rendered text.</summary>
    internal const int Output = 1 << 24;

    /// <summary>Numbers of one `range`, as in Jinja2's sandbox.</summary>
    internal const int Range = 100_000;
}
