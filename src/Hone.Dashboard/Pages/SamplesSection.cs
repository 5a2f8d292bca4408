using Hone.Dashboard.Samples;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard.Pages;

/// <summary>A page of rollouts. The filters are fields for the script; without it they stand in the address.</summary>
internal static class SamplesSection
{
    public static void Write(Html html, string run, IQueryCollection request, SampleQuery query, SamplePage page, RunRollouts rollouts)
    {
        html.Raw("<section><h2>Samples</h2><div id=\"filters\"></div><noscript><p class=\"quiet\">");
        html.Text("Filters stand in the address: step_from, step_to, reward_from, reward_to, anll_from, anll_to, truncated, correct, ");
        html.Text("prompt, text, sort, order.");
        html.Raw("</p></noscript><p class=\"number\" id=\"found\" role=\"status\">").Text(Found(query, page)).Raw("</p>");
        if (rollouts.Problem is { } problem)
        {
            html.Raw("<p>").Text(problem).Raw("</p>");
        }

        html.Raw("<div id=\"samples\">");
        foreach (Sample sample in page.Samples)
        {
            Write(html, sample, rollouts.HasTexts);
        }

        html.Raw("</div><nav aria-label=\"Pages of samples\" id=\"paging\"><ul>");
        if (query.Skip > 0)
        {
            Link(html, run, request, Math.Max(0, query.Skip - query.Size), "Previous");
        }

        if (page.Next is { } next)
        {
            Link(html, run, request, next, query.Text is not null && page.Samples.Count < query.Size ? "Search on" : "Next");
        }

        html.Raw("</ul></nav></section>");
    }

    private static string Found(SampleQuery query, SamplePage page) => page.Searched is { } searched
        ? $"{page.Samples.Count} with the text; searched {Html.Number(searched)} of {Html.Number(page.Total)}"
        : page.Total == 0 ? "No rollout fits"
        : $"{Html.Number(query.Skip + 1)} to {Html.Number(query.Skip + page.Samples.Count)} of {Html.Number(page.Total)}";

    private static void Write(Html html, Sample sample, bool hasTexts)
    {
        RolloutRow row = sample.Row;
        html.Raw("<article class=\"sample\"><p class=\"quiet number\">").Text(
            $"step {row.Step} · {sample.PromptId}{(row.Sample < 0 ? "" : $" #{row.Sample}")}"
            + $" · reward {Html.Number(row.Reward)} · ANLL {Html.Number(-row.MeanLogprob)}"
            + (row.Tokens < 0 ? "" : $" · {row.Tokens} tokens"));
        html.Raw(row.Correct == 1 ? " <span class=\"tag good\">right</span>" : row.Correct == 0 ? " <span class=\"tag bad\">wrong</span>" : "");
        html.Raw(row.Truncated ? " <span class=\"tag warn\">truncated</span>" : "").Raw("</p>");
        Pre(html, "Prompt", sample.Detail?.Prompt, sample.Texts?.PromptCharacters);
        Pre(html, "Completion", sample.Detail?.Completion, sample.Texts?.CompletionCharacters);
        if (hasTexts && sample.Detail?.Completion is null)
        {
            html.Raw("<p class=\"quiet\">The run kept no text of it, or its file has changed.</p>");
        }

        if (sample.Detail?.Answer is { } answer)
        {
            html.Raw("<p class=\"quiet\">Gold answer: ").Text(answer).Raw("</p>");
        }

        html.Raw("</article>");
    }

    private static void Pre(Html html, string title, string? text, int? characters)
    {
        if (text is not null)
        {
            html.Raw($"<pre class=\"model {title.ToLowerInvariant()}\" aria-label=\"{title}\" tabindex=\"0\">").Text(text).Raw("</pre>");
            html.Raw(characters is null ? "" : $"<p class=\"quiet\">The first {Html.Number(text.Length)} of {Html.Number(characters)} characters.</p>");
        }
    }

    private static void Link(Html html, string run, IQueryCollection request, int skip, string words)
    {
        IEnumerable<KeyValuePair<string, string?>> kept = request.Where(pair => pair.Key != "skip")
            .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value.ToString()));
        QueryString query = QueryString.Create([.. kept, new("skip", $"{skip}")]);
        html.Raw("<li><a href=\"").Text(Frame.RunPath(run) + "/samples" + query).Raw("\">").Text(words).Raw("</a></li>");
    }
}
