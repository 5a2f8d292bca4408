namespace Hone.Cli.Tests;

/// <summary>A clock that moves ten seconds whenever it is read, so that every progress report is due.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => Interlocked.Add(ref _seconds, 10);
}
