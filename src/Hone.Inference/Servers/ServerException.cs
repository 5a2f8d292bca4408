using System.Globalization;

namespace Hone.Inference.Servers;

/// <summary>Whose fault a failed request is, which decides what happens to it.</summary>
public enum ServerProblem
{
    /// <summary>The server has too much to do (429): wait, then ask again.</summary>
    Busy,

    /// <summary>No connection, no answer in time, or an error of the server's own: ask again.</summary>
    Failing,

    /// <summary>An answer that cannot be right: ask again, or another server.</summary>
    Wrong,

    /// <summary>The text is longer than the model's context.</summary>
    TooLong,

    /// <summary>The server refuses the request (4xx): asking again would not help.</summary>
    Refused,
}

/// <summary>A request to an inference server that failed; the message is one line for users and never holds a key.</summary>
/// <param name="server">The server's address.</param>
/// <param name="what">What happened and what was expected.</param>
/// <param name="hint">The next action.</param>
/// <param name="problem">Whose fault it is.</param>
/// <param name="cause">What it came from.</param>
/// <param name="key">The key that the server knows and may say; it is masked.</param>
public sealed class ServerException(
    string server, string what, string hint, ServerProblem problem = ServerProblem.Failing, Exception? cause = null,
    string? key = null)
    : IOException($"{server}: {ServerText.Masked(what, key)}. Hint: {hint}.", cause)
{
    /// <summary>Whose fault it is.</summary>
    public ServerProblem Problem { get; } = problem;

    /// <summary>What happened, without the hint.</summary>
    public string What { get; } = ServerText.Masked(what, key);

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer's status code, where there was an answer.</summary>
    public int? Status { get; init; }

    /// <summary>Whether nothing came back in the time allowed.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The server's address.</summary>
    public string Server { get; } = server;

    /// <summary>The next action.</summary>
    public string Hint { get; } = hint;

    /// <summary>Indexes of the requests that no server answered, where all the others were answered or the work was ended.</summary>
    public IReadOnlyList<int> Unanswered { get; init; } = [];

    /// <summary>Whether so many requests were refused that the others were not asked.</summary>
    public bool EndsWork { get; init; }

    /// <summary>Whether the same request may go well later, or elsewhere.</summary>
    public bool CanRetry => Problem is ServerProblem.Busy or ServerProblem.Failing or ServerProblem.Wrong;

    /// <summary>The failure in terms of other requests.</summary>
    internal ServerException Of(IReadOnlyList<int> requests) =>
        new ServerException(Server, What, Hint, Problem, InnerException) { Status = Status, Unanswered = requests, EndsWork = EndsWork }
            .Named([.. requests.Select(index => string.Create(CultureInfo.InvariantCulture, $"request {index + 1}"))]);

    /// <summary>The failure with the first few names of what has no answer.</summary>
    /// <param name="names">What users call the requests.</param>
    public ServerException Named(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        const int Most = 3;
        string more = names.Count > Most ? $" and {names.Count - Most} more" : "";
        ServerException first = InnerException as ServerException ?? this;
        return new ServerException(
            $"no answer for {string.Join(", ", names.Take(Most))}{more}", $"{first.Server}: {first.What}", first.Hint, first.Problem, first)
        {
            Status = first.Status, Unanswered = Unanswered, EndsWork = EndsWork,
        };
    }
}
