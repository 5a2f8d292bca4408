using System.CommandLine;
using Hone.Engine.Kernels;
using Hone.Records;

namespace Hone.Cli.Commands;

/// <summary>Options that several commands share, spelt and described once.</summary>
internal static class CommonOptions
{
    public static Option<string> Model() => new("--model")
    {
        Description = "Model folder (config.json, safetensors, tokenizer.json), or arith-base, the embedded model",
        HelpName = "DIR", Required = true,
    };

    public static Option<string> Data() => new("--data")
    {
        Description = "Data set: JSON Lines, plain or .gz, or Parquet", HelpName = "FILE", Required = true,
    };

    public static Option<string[]> Field(string example) => new("--field")
    {
        Description = $"The file's name for one of our fields, such as {example}; may be repeated", HelpName = "OURS=THEIRS",
        Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
    };

    public static Option<bool> Json() => new("--json") { Description = "One JSON document on stdout" };

    public static Option<long> Seed() => new("--seed")
    {
        Description = "Seed of every random choice", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    public static Option<int> Threads()
    {
        var threads = new Option<int>("--threads")
        {
            Description = "Threads; 0 takes every core", HelpName = "N", DefaultValueFactory = _ => 0,
        };
        threads.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && text.StartsWith('-'))
            {
                result.AddError($"--threads {text}: expected 0 or more. Hint: 0 takes every core.");
            }
        });
        return threads;
    }

    public static Option<string> Weights()
    {
        var weights = new Option<string>("--weights")
        {
            Description = "How products see the weights: f32, or bf16 (rounded unless the files are BF16; half the memory traffic)",
            HelpName = "FORMAT", DefaultValueFactory = _ => "f32",
        };
        OneOf(weights, "f32", "bf16");
        return weights;
    }

    public static WeightFormat Weights(ParseResult parsed, Option<string> weights) =>
        parsed.GetValue(weights) == "bf16" ? WeightFormat.BF16 : WeightFormat.F32;

    public static Option<string> AnswerPrefix() => new("--answer-prefix")
    {
        Description = "Text behind the prompt, with which every completion begins", HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Lets an option take only these names; another is refused with the nearest of them.</summary>
    public static void OneOf(Option<string> option, params string[] names)
    {
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && !names.Contains(text))
            {
                string? nearest = NearestName.Of(text, names);
                string hint = nearest is null ? $"for example {option.Name} {names[0]}." : $"did you mean '{nearest}'?";
                result.AddError($"{option.Name} {text}: expected {string.Join(", ", names)}. Hint: {hint}");
            }
        });
    }
}
