using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>Loads tokenizers.</summary>
public static class TokenizerFile
{
    /// <summary>The file that describes a whole tokenizer.</summary>
    public const string FileName = "tokenizer.json";

    private const string ConfigName = "tokenizer_config.json";
    private const string Hint = "give a model folder that has its tokenizer files";

    /// <summary>Files that belong to a tokenizer, as far as a model folder has them.</summary>
    internal static readonly string[] Companions =
    [
        FileName, ConfigName, "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "tokenizer.model", "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>
    /// Loads the tokenizer of a model folder: its `tokenizer.json`, or else a `tokenizer_config.json` with `char_ords`.
    /// </summary>
    /// <param name="folder">A model folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer of these kinds.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or has a component that is not supported.</exception>
    /// <example>
    /// <code>
    /// Tokenizer tokenizer = TokenizerFile.Load("models/Qwen2.5-0.5B");
    /// int[] ids = tokenizer.Encode("What is 2 + 2?");
    /// </code>
    /// </example>
    public static Tokenizer Load(string folder)
    {
        ModelFolder.MustExist(folder);
        string configPath = Path.Combine(folder, ConfigName);
        string path = Path.Combine(folder, FileName);
        TokenizerSource[] sources =
        [
            .. Companions
                .Where(name => File.Exists(Path.Combine(folder, name)))
                .Select(name => new TokenizerSource(name, JsonFile.ReadBytes(Path.Combine(folder, name), Hint))),
        ];
        byte[]? config = sources.FirstOrDefault(source => source.Name == ConfigName)?.Bytes;
        if (sources.FirstOrDefault(source => source.Name == FileName) is { } file)
        {
            NamedTokens named = config is null
                ? new NamedTokens()
                : JsonFile.Parse(configPath, config, NamedTokens.Read);
            return JsonFile.Parse(path, file.Bytes, root => new BpeTokenizer(root, named, sources));
        }
        return (config is null ? null : JsonFile.Parse(configPath, config, root => ReadCharacters(root, sources)))
            ?? throw new FileNotFoundException(
                $"{path}: no such file, expected the model's tokenizer. Hint: {Hint}.", path);
    }

    /// <summary>Reads a tokenizer.json that is already in memory.</summary>
    /// <param name="json">The file's content.</param>
    /// <exception cref="InvalidDataException">It is damaged, or asks for a component that is not supported.</exception>
    public static Tokenizer Parse(byte[] json)
    {
        return JsonFile.Parse(
            FileName, json, root => new BpeTokenizer(root, new NamedTokens(), [new TokenizerSource(FileName, json)]));
    }

    private static CharacterTokenizer? ReadCharacters(JsonField root, TokenizerSource[] sources)
    {
        return root.Find("char_ords") is { } ords ? new CharacterTokenizer(ords, sources) : null;
    }
}
