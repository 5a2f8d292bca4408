using System.Text.Json;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

public class RotaryFrequenciesTests
{
    private static readonly JsonElement Published = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "rotary.json"))).RootElement;

    public static TheoryData<string, RotaryScaling> Models => new()
    {
        { "Llama-3.1-8B", new Llama3Scaling(8, 1, 4, 8192) },
        { "Llama-3.2-1B", new Llama3Scaling(32, 1, 4, 8192) },
        { "Qwen2.5-7B yarn", new YarnScaling(4, 32768) },
        { "gpt-oss-20b yarn", new YarnScaling(32, 4096) { Truncate = false } },
        { "vicuna-7b-16k", new LinearScaling(4) },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Published_models_have_the_frequencies_of_the_formulas(string model, RotaryScaling scaling)
    {
        JsonElement expected = Published.GetProperty(model);
        double[] frequencies = VectorCase.Numbers(expected.GetProperty("frequencies"));
        double[] actual = RotaryFrequencies.Of(
            expected.GetProperty("rope_theta").GetDouble(), expected.GetProperty("head_dim").GetInt32(), scaling);
        Near.Check("frequency (d/2)", [frequencies.Length], frequencies, actual, Tolerance.DoubleSum, model);
        Assert.Equal(expected.GetProperty("amplitude").GetDouble(), RotaryFrequencies.Amplitude(scaling), 1e-14);
    }

    [Fact]
    public void Dynamic_scaling_changes_no_frequency()
    {
        Assert.Equal(RotaryFrequencies.Of(1e4, 64, null), RotaryFrequencies.Of(1e4, 64, new DynamicScaling(8)));
    }

    [Fact]
    public void Table_holds_cosines_and_sines_times_the_amplitude()
    {
        TransformerConfig config = TinyModels.Config("qwen2_windows");
        using var table = new RotaryTable(config);
        table.Cover(3);
        double[] frequencies = RotaryFrequencies.Of(config.RopeTheta, config.HeadSize, config.RotaryScaling);
        double amplitude = (0.1 * Math.Log(4)) + 1;
        for (int i = 0; i < frequencies.Length; i++)
        {
            int at = (2 * frequencies.Length) + i;
            Assert.Equal((float)(amplitude * Math.Cos(2 * frequencies[i])), table.Cosine.Span[at]);
            Assert.Equal((float)(amplitude * Math.Sin(2 * frequencies[i])), table.Sine.Span[at]);
        }
    }

    // The angles of longer sequences would depend on the whole sequence, and a cached key on what is decoded after it.
    [Fact]
    public void Dynamic_scaling_refuses_what_lies_beyond_the_models_positions()
    {
        using var table = new RotaryTable(TinyModels.Config("llama") with { RotaryScaling = new DynamicScaling(2) });
        table.Cover(128);
        Tensor before = table.Cosine;
        ArgumentException error = Assert.Throws<ArgumentException>(() => table.Cover(129));
        Assert.Contains("129 tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Length, table.Cosine.Length);
    }
}
