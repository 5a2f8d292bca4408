namespace Hone.Training.Rewards;

/// <summary>Finds the final answer in a completion. Every method takes time linear in the text.</summary>
public static class AnswerExtraction
{
    internal const string OpenTag = "<answer>";
    internal const string CloseTag = "</answer>";
    private const string HashMark = "####";

    /// <summary>Tag, box, hashes, last number: from the most explicit to the least.</summary>
    public static IReadOnlyList<AnswerMethod> DefaultOrder { get; } =
        [AnswerMethod.AnswerTag, AnswerMethod.Boxed, AnswerMethod.Hashes, AnswerMethod.LastNumber];

    /// <summary>The default with final phrases and bare answers before the last number: for answers that are more than
    /// numbers.</summary>
    public static IReadOnlyList<AnswerMethod> MathOrder { get; } =
    [
        AnswerMethod.AnswerTag, AnswerMethod.Boxed, AnswerMethod.Hashes, AnswerMethod.FinalPhrase, AnswerMethod.BareAnswer,
        AnswerMethod.LastNumber,
    ];

    /// <summary>The methods by their names in configurations and on the command line.</summary>
    public static IReadOnlyDictionary<string, AnswerMethod> Methods { get; } = new OrderedDictionary<string, AnswerMethod>
    {
        ["answer_tag"] = AnswerMethod.AnswerTag, ["boxed"] = AnswerMethod.Boxed, ["hashes"] = AnswerMethod.Hashes,
        ["final_phrase"] = AnswerMethod.FinalPhrase, ["bare_answer"] = AnswerMethod.BareAnswer,
        ["last_number"] = AnswerMethod.LastNumber, ["whole_text"] = AnswerMethod.WholeText,
    };

    /// <summary>The answer by the first method in order that finds one. Blank text
    /// between marks counts as nothing.</summary>
    /// <remarks>A prompt that ends in <c>&lt;answer&gt;</c>, white space aside, has opened the tag for its completion.
    /// A tag that the prompt merely mentions further up has not.</remarks>
    /// <param name="completion">What the model wrote.</param>
    /// <param name="prompt">What it was asked; read only to see whether it ends in an open tag.</param>
    /// <param name="order">Methods to try; <see cref="DefaultOrder"/> if null.</param>
    /// <returns>The answer and its method; no text and <see cref="AnswerMethod.None"/>
    /// if no method finds one.</returns>
    /// <example>
    /// <code>
    /// ExtractedAnswer answer = AnswerExtraction.Find(@"So the total is \boxed{\frac{1}{2}}.");
    /// // answer.Text is @"\frac{1}{2}", answer.Method is AnswerMethod.Boxed
    /// </code>
    /// </example>
    public static ExtractedAnswer Find(string completion, string prompt = "", IReadOnlyList<AnswerMethod>? order = null)
    {
        ArgumentNullException.ThrowIfNull(completion);
        ArgumentNullException.ThrowIfNull(prompt);
        foreach (AnswerMethod method in order ?? DefaultOrder)
        {
            string? text = method switch
            {
                AnswerMethod.AnswerTag => InTag(WithOpenedTag(completion, prompt)),
                AnswerMethod.Boxed => BoxedAnswer.Last(completion),
                AnswerMethod.Hashes => AfterHashes(completion),
                AnswerMethod.FinalPhrase => FinalPhrase.Last(completion),
                AnswerMethod.BareAnswer => FinalPhrase.IsAnswerOrWords(completion) ? completion : null,
                AnswerMethod.LastNumber => LastNumber.In(completion),
                AnswerMethod.WholeText => completion,
                _ => throw new ArgumentException($"{method} is not a way to find an answer.", nameof(order)),
            };
            if (!string.IsNullOrWhiteSpace(text))
            {
                return new ExtractedAnswer(text.Trim(), method);
            }
        }

        return default;
    }

    /// <summary>The completion, with the tag in front where the prompt ends in it.</summary>
    internal static string WithOpenedTag(string completion, string prompt) =>
        prompt.AsSpan().TrimEnd().EndsWith(OpenTag, StringComparison.Ordinal) ? OpenTag + completion : completion;

    // A closed block beats a later open one: it was finished. Of nested blocks the innermost is the last to open.
    private static string? InTag(string text)
    {
        int lastClose = text.LastIndexOf(CloseTag, StringComparison.Ordinal);
        int open = lastClose < 0 ? -1 : text.AsSpan(0, lastClose).LastIndexOf(OpenTag, StringComparison.Ordinal);
        if (open >= 0)
        {
            int start = open + OpenTag.Length;
            return text[start..text.IndexOf(CloseTag, start, StringComparison.Ordinal)];
        }

        open = text.LastIndexOf(OpenTag, StringComparison.Ordinal);
        return open < 0 ? null : text[(open + OpenTag.Length)..];
    }

    // Models that go on to invent the next question do so on a new line.
    private static string? AfterHashes(string text)
    {
        int mark = text.LastIndexOf(HashMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rest = text.AsSpan(mark + HashMark.Length).TrimStart();
        int lineEnd = rest.IndexOfAny('\r', '\n');
        return (lineEnd < 0 ? rest : rest[..lineEnd]).ToString();
    }
}
