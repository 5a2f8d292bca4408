using System.Globalization;
using System.Text;
using Hone.Engine.Files;
using Hone.Engine.Model;

namespace Hone.Cli.Tests;

/// <summary>A folder of the shape of Llama 3.1 8B, in four shards that are all holes: headers, and no data behind them.</summary>
internal static class LargeFolder
{
    private const int Shards = 4;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    internal static string Write(TempFolder folder, string name)
    {
        string path = folder[name];
        var config = new TransformerConfig
        {
            Architecture = Architecture.Llama, VocabularySize = 128256, HiddenSize = 4096, IntermediateSize = 14336, Layers = 32,
            Heads = 32, KeyValueHeads = 8, HeadSize = 128, MaxPositions = 131072, NormEpsilon = 1e-5f, RopeTheta = 500000,
            BosTokenId = 128000, EosTokenIds = [128001, 128008, 128009],
        };
        HuggingFaceConfig.Write(path, config, TensorDataType.BF16);
        ParameterInfo[] tensors = [.. new ParameterLayout(config).Items];
        var map = new StringBuilder();
        for (int shard = 0; shard < Shards; shard++)
        {
            string file = Name(shard);
            var header = new StringBuilder("{");
            long offset = 0;
            foreach (ParameterInfo tensor in tensors.Where((_, i) => i * Shards / tensors.Length == shard))
            {
                long end = offset + (2 * tensor.Length);
                header.Append(Invariant, $"{(offset > 0 ? "," : "")}\"{tensor.Name}\":{{\"dtype\":\"BF16\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{offset},{end}]}}");
                map.Append(Invariant, $"{(map.Length > 0 ? "," : "")}\"{tensor.Name}\":\"{file}\"");
                offset = end;
            }

            using FileStream stream = File.Create(Path.Combine(path, file));
            stream.Write(Safetensors.File(header.Append('}').ToString(), 0));
            stream.SetLength(stream.Length + offset);
        }

        folder.WriteText($"{name}/model.safetensors.index.json", $"{{\"weight_map\":{{{map}}}}}");
        return path;
    }

    /// <summary>Bytes of the files that are not data.</summary>
    internal static long HeaderBytes(TempFolder folder, string name) => Enumerable.Range(0, Shards).Sum(shard =>
    {
        using FileStream stream = File.OpenRead(Path.Combine(folder[name], Name(shard)));
        byte[] length = new byte[8];
        stream.ReadExactly(length);
        return 8 + BitConverter.ToInt64(length);
    });

    internal static string Name(int shard) => $"model-{shard + 1:D5}-of-{Shards:D5}.safetensors";
}
