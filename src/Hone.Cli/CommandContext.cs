using System.Globalization;
using Hone.Cli.Output;
using Hone.Engine.Kernels;

namespace Hone.Cli;

/// <summary>What every command is given: where to write, how much, and the clock.</summary>
internal sealed class CommandContext
{
    private bool _introduced;

    /// <summary>Results; what a terminal would obey is taken out.</summary>
    public required TextWriter Output { get; init => field = CleanWriter.Over(value); }

    /// <summary>Warnings, with the same taken out.</summary>
    public required TextWriter Error
    {
        get;
        init => (field, Progress) = (CleanWriter.Over(value), value);
    }

    /// <summary>Stderr as it is, for progress that is written over.</summary>
    public TextWriter Progress { get; private init; } = TextWriter.Null;

    /// <summary>Whether stdout is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether stderr is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether colour is wanted: a terminal, and no NO_COLOR.</summary>
    public bool Color { get; init; }

    /// <summary>Whether to leave out progress and remarks.</summary>
    public bool Quiet { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Set by Ctrl-C.</summary>
    public CancellationToken Cancel { private get; init; }

    /// <summary>Whether the work at hand ends itself once <see cref="Cancel"/> is set; else nothing needs to be waited for.</summary>
    public bool EndsItself { get; private set; }

    /// <summary>Gives what Ctrl-C sets to work that ends itself then, and remembers that it does.</summary>
    public CancellationToken TakeCancel()
    {
        EndsItself = true;
        return Cancel;
    }

    /// <summary>The context of the process itself.</summary>
    public static CommandContext OfProcess(CancellationToken cancel) => new()
    {
        Output = ProcessWriter.Results(Console.Out),
        Error = ProcessWriter.Remarks(Console.Error),
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Color = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        Cancel = cancel,
    };

    /// <summary>A remark on stderr, left out with --quiet.</summary>
    public void Say(FormattableString text)
    {
        if (!Quiet)
        {
            Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A warning on stderr, with --quiet too.</summary>
    public void Warn(FormattableString text) =>
        Error.WriteLine("warning: " + text.ToString(CultureInfo.InvariantCulture));

    /// <summary>A line of results on stdout.</summary>
    public void Print(FormattableString text) => Output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Says the machine line, once: what the work that follows runs on.</summary>
    public void Introduce(Kernels kernels)
    {
        if (!_introduced)
        {
            _introduced = true;
            Say($"{Machine.Line(kernels)}");
        }
    }

    /// <summary>The processor's kernels, and the machine line.</summary>
    public Kernels StartKernels(int threads)
    {
        Kernels kernels = PrepareKernels(threads);
        Introduce(kernels);
        return kernels;
    }

    /// <summary>
    /// The processor's kernels, on as many threads as asked for, or on every core. The machine line is left to
    /// <see cref="Introduce"/>, so that bad input is refused without it.
    /// </summary>
    public static Kernels PrepareKernels(int threads)
    {
        KernelPath path;
        try
        {
            path = KernelPaths.Chosen();
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }

        return Kernels.OnCpu(threads > 0 ? threads : Environment.ProcessorCount, path);
    }
}
