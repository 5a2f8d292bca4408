namespace Hone.Cli.Tests;

/// <summary>A clock that moves on whenever it is read: by ten seconds, so that every progress report is due, or as many as asked.</summary>
internal sealed class JumpingTime(int seconds = 10) : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => Interlocked.Add(ref _seconds, seconds);
}
