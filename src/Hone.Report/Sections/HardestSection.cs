namespace Hone.Report;

/// <summary>The most uncertain completions of the pick's window, to read.</summary>
internal static class HardestSection
{
    // Long enough to judge an answer; a page of a dozen stays small, though a character may take eight and a token sixty.
    private const int PromptLimit = 1500;
    private const int CompletionLimit = 3000;
    private const int AnswerLimit = 500;
    private const int MostPieces = 400;
    private const int LongestPiece = 200;

    // Probabilities of about 90, 60, 22 and 5 %.
    private static readonly double[] Bounds = [-0.1, -0.5, -1.5, -3.0];

    public static void Write(HtmlWriter page, ReportData data)
    {
        if (data.Hardest.Count == 0)
        {
            return;
        }

        page.Section("hardest", "The most uncertain rollouts")
            .Paragraph($"The {NumberText.Of(data.Hardest.Count, "completion")} of the pick's window that the model was least sure of. Read a few: is the "
                + "reward right, is it the task that is hard, or the format? Long texts are shown without their middle.");
        if (data.NoText is { } why)
        {
            page.Paragraph($"Text is missing for some of them: {HtmlText.Cut(why, 400)}.", "quiet");
        }

        if (data.Hardest.Any(rollout => rollout.Text?.Pieces is not null))
        {
            page.Raw("<p class=\"quiet\">Colours give the probability of each token when it was sampled: ")
                .Raw("<span>above 90 %</span>, <span class=\"s1\">60 to 90 %</span>, <span class=\"s2\">22 to 60 %</span>, ")
                .Raw("<span class=\"s3\">5 to 22 %, dotted</span>, <span class=\"s4\">below 5 %, underlined</span>.</p>\n");
        }

        for (int i = 0; i < data.Hardest.Count; i++)
        {
            WriteRollout(page, data.Hardest[i], isOpen: i < 3);
        }

        page.EndSection();
    }

    private static void WriteRollout(HtmlWriter page, HardRollout rollout, bool isOpen)
    {
        string length = rollout.Tokens < 0 ? "" : $", {NumberText.Of(rollout.Tokens, "token")}";
        string heading = $"Reward {NumberText.Plain(rollout.Reward)}, uncertainty {NumberText.Score(rollout.Uncertainty)}{length}"
            + $"{(rollout.Truncated ? ", truncated" : "")}: step {NumberText.Whole(rollout.Step)}, prompt {HtmlText.Cut(rollout.PromptId, 80)}, "
            + $"sample {NumberText.Whole(rollout.Sample)}";
        if (rollout.Text is not { } text)
        {
            page.Paragraph(heading);
            return;
        }

        page.Raw(isOpen ? "<details open><summary>" : "<details><summary>").Text(heading).Raw("</summary>\n");
        page.Paragraph("Prompt", "quiet").Raw("<pre class=\"model\" dir=\"auto\">");
        WriteCut(page, text.Prompt, PromptLimit);
        page.Raw("</pre>\n");
        page.Paragraph("Completion", "quiet").Raw("<pre class=\"model\" dir=\"auto\">");
        if (text.Pieces is { } pieces)
        {
            WritePieces(page, pieces);
        }
        else
        {
            WriteCut(page, text.Completion, CompletionLimit);
        }

        page.Raw("</pre>\n");
        if (text.Answer is { } answer)
        {
            page.Raw("<p class=\"quiet\">Right answer: <code>");
            WriteCut(page, answer, AnswerLimit);
            page.Raw("</code></p>\n");
        }

        page.Raw("</details>\n");
    }

    private static void WriteCut(HtmlWriter page, string text, int limit)
    {
        var cut = MiddleCut.Of(text, limit);
        page.Text(text[..cut.Head]);
        WriteLeftOut(page, text.Length - cut.Head - cut.Tail, "character");
        page.Text(text[^cut.Tail..]);
    }

    private static void WritePieces(HtmlWriter page, IReadOnlyList<TokenPiece> pieces)
    {
        var cut = MiddleCut.Of(pieces, MostPieces, CompletionLimit, LongestPiece);
        for (int i = 0; i < cut.Head; i++)
        {
            WritePiece(page, pieces[i]);
        }

        WriteLeftOut(page, pieces.Count - cut.Head - cut.Tail, "token");
        for (int i = pieces.Count - cut.Tail; i < pieces.Count; i++)
        {
            WritePiece(page, pieces[i]);
        }
    }

    private static void WriteLeftOut(HtmlWriter page, int count, string unit)
    {
        if (count > 0)
        {
            page.Raw("<em class=\"cut\">").Text($"… {NumberText.Of(count, unit)} left out …").Raw("</em>");
        }
    }

    private static void WritePiece(HtmlWriter page, TokenPiece piece)
    {
        int level = Array.FindLastIndex(Bounds, bound => piece.Logprob < bound) + 1;
        if (level == 0)
        {
            page.Text(piece.Text, LongestPiece);
        }
        else
        {
            page.Raw($"<span class=\"s{level}\" title=\"{NumberText.Percent(Math.Exp(piece.Logprob))}\">").Text(piece.Text, LongestPiece).Raw("</span>");
        }
    }
}
