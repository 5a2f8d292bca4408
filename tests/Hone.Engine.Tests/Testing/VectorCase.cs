using System.Text.Json;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Tests.Testing;

/// <summary>A tiny model with what PyTorch computes of it in double; see Vectors/README.md.</summary>
internal sealed class VectorCase
{
    public static readonly string[] Names =
    [
        "llama_mha", "llama_gqa", "qwen2_mha", "qwen2_gqa", "qwen3_mha", "qwen3_gqa",
        "llama_llama3", "llama_linear", "llama_yarn", "qwen3_yarn_windows", "qwen2_windows", "mistral_window",
    ];

    /// <summary>The same models under adapters.</summary>
    public static readonly string[] Adapted = ["lora/llama_gqa", "lora/qwen2_gqa", "lora/qwen3_gqa"];

    private readonly JsonElement _expected;

    public VectorCase(string name)
    {
        Folder = Path.Combine(AppContext.BaseDirectory, "Vectors", name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        _expected = document.RootElement.Clone();
        Sequences = [.. _expected.GetProperty("sequences").EnumerateArray().Select(sequence => Array(sequence, e => e.GetInt32()))];
    }

    public string Folder { get; }

    public int[][] Sequences { get; }

    /// <summary>Both sequences packed.</summary>
    public int[] Tokens => [.. Sequences.SelectMany(sequence => sequence)];

    public SequenceLayout Layout => SequenceLayout.Independent([.. Sequences.Select(sequence => sequence.Length)]);

    /// <summary>Every row that predicts a token of its own sequence.</summary>
    public int[] Rows
    {
        get
        {
            var rows = new List<int>();
            foreach (Segment segment in Layout.Segments)
            {
                rows.AddRange(Enumerable.Range(segment.Start, segment.Length - 1));
            }

            return [.. rows];
        }
    }

    public int[] Targets => [.. Rows.Select(row => Tokens[row + 1])];

    /// <summary>(T, V) of both sequences.</summary>
    public double[] Logits => [.. _expected.GetProperty("logits").EnumerateArray().SelectMany(Numbers2)];

    public double[] LogProbs => Numbers2(_expected.GetProperty("logprobs"));

    public double[] Entropies => Numbers2(_expected.GetProperty("entropy"));

    public double Loss => _expected.GetProperty("loss").GetDouble();

    public static double[] Numbers(JsonElement array) => Array(array, element => element.GetDouble());

    /// <summary>The loss's gradient with respect to a tensor.</summary>
    public double[] Gradient(string tensor) =>
        Numbers(_expected.GetProperty("gradients").GetProperty(tensor).GetProperty("values"));

    /// <summary>Names of all gradients.</summary>
    public string[] GradientNames() =>
        [.. _expected.GetProperty("gradients").EnumerateObject().Select(property => property.Name)];

    public Transformer Load(KernelSet kernels)
    {
        if (!LoraFile.IsAdapter(Folder))
        {
            return ModelFile.Load(Folder, kernels);
        }

        Transformer model = ModelFile.Load(Path.Combine(Folder, PeftConfig.Read(Folder).BaseModel), kernels);
        model.Adapt(LoraFile.Load(Folder, model.Config, kernels));
        return model;
    }

    private static double[] Numbers2(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(Numbers)];

    private static T[] Array<T>(JsonElement array, Func<JsonElement, T> read) =>
        [.. array.EnumerateArray().Select(read)];
}
