using System.Globalization;
using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard.Samples;

/// <summary>What rollouts are sorted by.</summary>
internal enum SampleSort
{
    Step,
    Reward,
    Anll,
    Tokens,
}

/// <summary>Which rollouts to show, in which order, and which page of them. Ranges hold both ends; null is open.</summary>
internal sealed record SampleQuery
{
    /// <summary>Rollouts of a page unless the request says otherwise.</summary>
    public const int DefaultSize = 20;

    private const int MostSize = 100;
    private const int LongestText = 1000;

    public int? StepFrom { get; init; }

    public int? StepTo { get; init; }

    public double? RewardFrom { get; init; }

    public double? RewardTo { get; init; }

    public double? AnllFrom { get; init; }

    public double? AnllTo { get; init; }

    public bool? Truncated { get; init; }

    public bool? Correct { get; init; }

    /// <summary>Id of the prompt; null for any.</summary>
    public string? Prompt { get; init; }

    public SampleSort Sort { get; init; } = SampleSort.Step;

    public bool Ascending { get; init; }

    /// <summary>Rollouts of a page.</summary>
    public int Size { get; init; } = DefaultSize;

    /// <summary>Rollouts before the page, in the order of the query.</summary>
    public int Skip { get; init; }

    /// <summary>What prompt or completion contain, whatever its case; null for anything.</summary>
    public string? Text { get; init; }

    /// <summary>The query without page and text: what decides which rows come in which order.</summary>
    public SampleQuery Selection => this with { Size = DefaultSize, Skip = 0, Text = null };

    /// <summary>Reads a request's query.</summary>
    /// <exception cref="RequestProblemException">A value is out of its range.</exception>
    public static SampleQuery Of(IQueryCollection query) => new()
    {
        StepFrom = Whole(query, "step_from", 0, int.MaxValue),
        StepTo = Whole(query, "step_to", 0, int.MaxValue),
        RewardFrom = Number(query, "reward_from"),
        RewardTo = Number(query, "reward_to"),
        AnllFrom = Number(query, "anll_from"),
        AnllTo = Number(query, "anll_to"),
        Truncated = Truth(query, "truncated"),
        Correct = Truth(query, "correct"),
        Prompt = Value(query, "prompt"),
        Sort = Value(query, "sort") is not { } sort ? SampleSort.Step
            : Enum.TryParse(sort, true, out SampleSort known) && Enum.IsDefined(known) && !char.IsAsciiDigit(sort[0]) ? known
            : throw Wrong("sort", sort, "step, reward, anll or tokens"),
        Ascending = Value(query, "order") switch
        {
            null or "desc" => false,
            "asc" => true,
            { } other => throw Wrong("order", other, "asc or desc"),
        },
        Size = Whole(query, "size", 1, MostSize) ?? DefaultSize,
        Skip = Whole(query, "skip", 0, int.MaxValue) ?? 0,
        Text = Value(query, "text") is { Length: > LongestText } text ? throw Wrong("text", text[..20] + "...", $"at most {LongestText} characters")
            : Value(query, "text"),
    };

    private static string? Value(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } value ? value : null;

    private static int? Whole(IQueryCollection query, string name, int least, int most) => Value(query, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
        : throw Wrong(name, text, $"a whole number from {least} to {most}");

    private static double? Number(IQueryCollection query, string name) => Value(query, name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw Wrong(name, text, "a number");

    private static bool? Truth(IQueryCollection query, string name) => Value(query, name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        { } other => throw Wrong(name, other, "true or false"),
    };

    private static RequestProblemException Wrong(string name, string value, string expected) =>
        RequestProblemException.Bad($"{name}={value}: expected {expected}.", name);
}
