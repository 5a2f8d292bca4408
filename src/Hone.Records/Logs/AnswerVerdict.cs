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
