namespace Hone.Report;

/// <summary>The most uncertain completions of the pick's window, to read.</summary>
internal static class HardestSection
{
    // Long enough to judge an answer; a page of a dozen stays small.
    private const int PromptLimit = 2000;
    private const int CompletionLimit = 4000;
    private const int MostPieces = 600;

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
                + "reward right, is it the task that is hard, or the format?");
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
        page.Paragraph("Prompt", "quiet").Raw("<pre class=\"model\" dir=\"auto\">").Text(text.Prompt, PromptLimit).Raw("</pre>\n");
        page.Paragraph("Completion", "quiet").Raw("<pre class=\"model\" dir=\"auto\">");
        if (text.Pieces is { } pieces)
        {
            WritePieces(page, pieces);
        }
        else
        {
            page.Text(text.Completion, CompletionLimit);
        }

        page.Raw("</pre>\n");
        if (text.Answer is { } answer)
        {
            page.Raw("<p class=\"quiet\">Right answer: <code>").Text(answer, PromptLimit).Raw("</code></p>\n");
        }

        page.Raw("</details>\n");
    }

    private static void WritePieces(HtmlWriter page, IReadOnlyList<TokenPiece> pieces)
    {
        foreach (TokenPiece piece in pieces.Take(MostPieces))
        {
            int level = Array.FindLastIndex(Bounds, bound => piece.Logprob < bound) + 1;
            if (level == 0)
            {
                page.Text(piece.Text, CompletionLimit);
            }
            else
            {
                page.Raw($"<span class=\"s{level}\" title=\"{NumberText.Percent(Math.Exp(piece.Logprob))}\">").Text(piece.Text, CompletionLimit).Raw("</span>");
            }
        }

        if (pieces.Count > MostPieces)
        {
            page.Text("…");
        }
    }
}
