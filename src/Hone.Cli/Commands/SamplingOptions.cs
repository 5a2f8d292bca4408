using System.CommandLine;
using Hone.Engine.Kernels;

namespace Hone.Cli.Commands;

/// <summary>The options that say how tokens are drawn.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<double?> _temperature;
    private readonly double _defaultTemperature;

    private readonly Option<int> _topK = new("--top-k") { Description = "Keep the N most likely tokens; 0 keeps all", HelpName = "N" };

    private readonly Option<double> _topP = new("--top-p")
    {
        Description = "Keep the most likely tokens up to this probability", HelpName = "P", DefaultValueFactory = _ => 1.0,
    };

    private readonly Option<double> _minP = new("--min-p")
    {
        Description = "Drop tokens less likely than this share of the most likely", HelpName = "P",
    };

    public SamplingOptions(Command command, double defaultTemperature, string defaultText)
    {
        _defaultTemperature = defaultTemperature;
        _temperature = new Option<double?>("--temperature")
        {
            Description = $"Divides the logits; 0 takes the most likely token [default: {defaultText}]", HelpName = "T",
        };
        command.Options.Add(_temperature);
        command.Options.Add(_topK);
        command.Options.Add(_topP);
        command.Options.Add(_minP);
    }

    /// <summary>The rule of a command line; <paramref name="unset"/> overrides the default temperature.</summary>
    public SamplingRule Read(ParseResult parsed, double? unset = null)
    {
        var rule = new SamplingRule
        {
            Temperature = parsed.GetValue(_temperature) ?? unset ?? _defaultTemperature,
            TopK = parsed.GetValue(_topK),
            TopP = parsed.GetValue(_topP),
            MinP = parsed.GetValue(_minP),
        };
        string[] problems = [.. rule.Problems()];
        return problems.Length == 0
            ? rule
            : throw new UsageException(string.Join('\n', problems.Select(p => $"--{p.Replace('_', '-')}. Hint: see --help.")));
    }
}
