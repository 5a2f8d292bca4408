using Hone.Cli.Output;

namespace Hone.Cli.Diagnosis;

/// <summary>Reports as lines of at most 100 columns.</summary>
internal static class ReportOutput
{
    private const int MostLines = 20;

    /// <summary>A line a fact, the values under each other.</summary>
    public static void Print(CommandContext context, IReadOnlyList<Fact> facts)
    {
        int width = facts.Max(fact => fact.Name.Length) + 2;
        foreach (Fact fact in facts)
        {
            WrappedText.Print(context, fact.Name.PadRight(width), fact.Text);
        }
    }

    /// <summary>What a folder is, what fits, and what stands in the way.</summary>
    public static void Print(CommandContext context, string folder, FolderReport report, long available)
    {
        WrappedText.Print(context, "", $"{folder}: {report.Kind}");
        if (report.Facts.Count > 0)
        {
            Print(context, report.Facts);
        }

        if (report.Memory.Count > 0)
        {
            context.Print($"memory, of {ByteText.Of(available)} that this machine has free");
            foreach (MemoryEstimate job in report.Memory)
            {
                WrappedText.Print(
                    context, "  ", $"{job.Job,-72} {ByteText.Of(job.Bytes),11}  {(job.Bytes <= available ? "fits" : "too much")}");
            }
        }

        context.Print($"{report.Problems.Count switch { 0 => "no problems: it loads", 1 => "1 problem: it cannot be loaded", int n => $"{n} problems: it cannot be loaded" }}");
        foreach (Problem problem in report.Problems.Take(MostLines))
        {
            WrappedText.Print(context, "  - ", problem.Message);
        }

        if (report.Problems.Count > MostLines)
        {
            context.Print($"  and {report.Problems.Count - MostLines} more; --json has them all");
        }
    }
}
