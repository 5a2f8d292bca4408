namespace Hone.Records.Logs;

/// <summary>What a log says of a completion's answer; a bit is set only where it says so.</summary>
[Flags]
public enum AnswerVerdict : byte
{
    /// <summary>The log is silent.</summary>
    None = 0,

    /// <summary>The answer was right.</summary>
    Correct = 1,

    /// <summary>The answer was wrong.</summary>
    Wrong = 2,

    /// <summary>The answer stood where it should.</summary>
    FormatOk = 4,

    /// <summary>The answer did not stand where it should.</summary>
    FormatBad = 8,
}

/// <summary>A verdict's two questions.</summary>
public static class AnswerVerdicts
{
    /// <summary>Whether the answer was right; null where the log does not say.</summary>
    public static bool? Right(this AnswerVerdict verdict) => Said(verdict, AnswerVerdict.Correct, AnswerVerdict.Wrong);

    /// <summary>Whether the answer stood where it should; null where the log does not say.</summary>
    public static bool? InFormat(this AnswerVerdict verdict) => Said(verdict, AnswerVerdict.FormatOk, AnswerVerdict.FormatBad);

    private static bool? Said(AnswerVerdict verdict, AnswerVerdict yes, AnswerVerdict no) =>
        (verdict & yes) != 0 ? true : (verdict & no) != 0 ? false : null;
}
