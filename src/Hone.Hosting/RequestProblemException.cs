namespace Hone.Hosting;

/// <summary>A request that is refused; what the client is told.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="message">One line for the client.</param>
/// <param name="parameter">The field that is to blame, if one is.</param>
public sealed class RequestProblemException(int status, string message, string? parameter = null) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The field that is to blame, or null.</summary>
    public string? Parameter { get; } = parameter;

    /// <summary>Seconds after which the client may try again; null where that is of no use.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A request that is wrong in itself: 400.</summary>
    public static RequestProblemException Bad(string message, string? parameter = null) => new(400, message, parameter);
}
