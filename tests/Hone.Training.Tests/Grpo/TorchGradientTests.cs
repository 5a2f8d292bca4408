using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Losses;
using Hone.Training.Tests.Losses;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Grpo;

/// <summary>The clipped objective with its KL term through a whole network, against PyTorch in double.</summary>
public class TorchGradientTests
{
    public static TheoryData<string, LossNormalization> Cases =>
        new MatrixTheoryData<string, LossNormalization>(TorchVectors.Cases, Enum.GetValues<LossNormalization>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_those_of_PyTorch(string name, LossNormalization normalization)
    {
        string key = normalization switch
        {
            LossNormalization.TokenMean => "token_mean",
            LossNormalization.SequenceMean => "sequence_mean",
            _ => "constant_length",
        };
        TorchVectors torch = TorchVectors.Load(name);
        var options = new PolicyLossOptions
        {
            ClipLow = torch.Number("clip_low"), ClipHigh = torch.Number("clip_high"), KlCoefficient = torch.Number("beta"),
            Normalization = normalization, ConstantLength = (int)torch.Number("constant_length", "length"),
        };
        int prompt = (int)torch.Number("prompt_tokens");
        TokenGroup[] groups = [.. torch.Sequences.Select(ids => new TokenGroup(ids[..prompt], [ids[prompt..]]))];
        var with = new LossCase(groups, Floats(torch.OldLogProbs), Floats(torch.ReferenceLogProbs), torch.Advantages, options);

        using Kernels kernels = Kernels.OnCpu(1);
        using Transformer model = ModelFile.Load(torch.Folder, kernels);
        using var gradients = new ParameterSet(model.Config);
        double loss = Passes.Loss(model, with, gradients);
        Near.Check("loss", [torch.Number(key, "loss")], (ReadOnlySpan<double>)[loss], Tolerance.LossFloat);
        Dictionary<string, double[]> expected = torch.Gradients(key);
        if (normalization == LossNormalization.TokenMean)
        {
            Assert.Equal(gradients.Layout.Items.Select(item => item.Name).Order(), expected.Keys.Order());
        }

        Assert.NotEmpty(expected);
        Assert.All(expected, pair => Near.Check($"d {pair.Key}", pair.Value, gradients[pair.Key].Span, Tolerance.GradientFloat));
    }

    private static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];
}
