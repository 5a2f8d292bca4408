using System.CommandLine;
using Hone.Cli.Running;
using Hone.Engine.Tokenization;
using Hone.Inference.Servers;

namespace Hone.Cli.Commands;

/// <summary>The options that say which model does the work: a folder on the engine of this process, or servers.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Model folder, or arith-base, the embedded model; with --server its tokenizer and chat template alone are used",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _server = new("--server")
    {
        Description = "Inference server: vLLM, SGLang, llama.cpp, TGI, Ollama, hone serve or OpenAI-compatible; may be repeated, "
            + "and all share the work; a key is read from HONE_API_KEY",
        HelpName = "URL", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _servedModel = new("--server-model")
    {
        Description = "The served model's name, where a server has several", HelpName = "NAME",
    };

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "Folder with the served model's tokenizer and chat template; prompts are then sent as token ids",
        HelpName = "DIR",
    };

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Requests at once on each server", HelpName = "N", DefaultValueFactory = _ => 16,
    };

    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _weights = CommonOptions.Weights();

    /// <summary>Adds `--model` and `--server` to a command; the others follow with <see cref="AddRest"/>.</summary>
    public ModelOptions(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_server);
    }

    /// <summary>Adds the options that fewer people need.</summary>
    public void AddRest(Command command)
    {
        foreach (Option option in new Option[] { _threads, _weights, _servedModel, _tokenizer, _concurrency })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether servers do the work.</summary>
    public bool IsServed(ParseResult parsed) => parsed.GetValue(_server) is { Length: > 0 };

    /// <summary>The folder with tokenizer and chat template; null where servers do the work and none was named.</summary>
    /// <exception cref="UsageException">Neither a model nor a server was named, or options do not go together.</exception>
    public string? Folder(ParseResult parsed)
    {
        string? model = parsed.GetValue(_model), tokenizer = parsed.GetValue(_tokenizer);
        if (IsServed(parsed))
        {
            RequireNone(parsed, "does not go with --server", _threads, _weights);
            return tokenizer ?? model;
        }

        RequireNone(parsed, "goes with --server alone", _servedModel, _tokenizer, _concurrency);
        return model ?? throw new UsageException(
            "Option '--model' is required, or '--server'. Hint: --model DIR for a model folder, --server URL for an inference server.");
    }

    /// <summary>The folder with the chat template, which must be there.</summary>
    /// <exception cref="UsageException">Servers do the work and no folder was named.</exception>
    public string ChatFolder(ParseResult parsed) => Folder(parsed) ?? throw new UsageException(
        "--chat with --server renders the conversation here, expected a folder with the model's chat template and tokenizer. "
        + "Hint: add --tokenizer DIR.");

    /// <summary>Loads the model, or connects to the servers.</summary>
    /// <param name="context">Where to say what runs.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="addSpecialTokens">Whether prompts are bare text rather than rendered conversations.</param>
    public RunningModel Open(CommandContext context, ParseResult parsed, bool addSpecialTokens)
    {
        string? folder = Folder(parsed);
        if (!IsServed(parsed))
        {
            return new LocalRunningModel(
                context, folder!, parsed.GetValue(_threads), CommonOptions.Weights(parsed, _weights), addSpecialTokens);
        }

        int concurrency = parsed.GetValue(_concurrency);
        if (concurrency < 1)
        {
            throw new UsageException($"--concurrency {concurrency}: expected 1 or more. Hint: 16 suits most servers.");
        }

        ServerAddress[] addresses = Addresses(parsed.GetValue(_server)!);
        Tokenizer? tokenizer = folder is null ? null : TokenizerFile.Load(Models.TokenizerFolder(ServedFolder(folder)));
        return new ServedModel(
            context, addresses,
            new ServerOptions
            {
                Concurrency = concurrency, Tokenizer = tokenizer, Model = parsed.GetValue(_servedModel),
                Warn = text => context.Warn($"{text}"),
            },
            addSpecialTokens);
    }

    private static string ServedFolder(string name) => Directory.Exists(Models.Folder(name))
        ? name
        : throw new DirectoryNotFoundException(
            $"{name}: no such folder, expected one with the served model's tokenizer. Hint: --server-model names a served model.");

    private static ServerAddress[] Addresses(string[] given)
    {
        try
        {
            ServerAddress[] addresses = [.. given.Select(ServerAddress.Parse)];
            string? twice = addresses.GroupBy(address => address.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
            return twice is null
                ? addresses
                : throw new UsageException($"--server {twice}: named twice, expected each server once. Hint: raise --concurrency instead.");
        }
        catch (InvalidDataException error)
        {
            throw new UsageException("--server: " + error.Message);
        }
    }

    private static void RequireNone(ParseResult parsed, string why, params Option[] options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} {why}. Hint: leave it out.");
        }
    }
}
