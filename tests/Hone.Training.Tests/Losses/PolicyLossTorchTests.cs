using Hone.Training.Losses;

namespace Hone.Training.Tests.Losses;

public sealed class PolicyLossTorchTests
{
    public static TheoryData<string> Cases => [.. TorchVectors.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_diagnostics_are_those_of_PyTorch(string name)
    {
        TorchVectors torch = TorchVectors.Load(name);
        PolicyLossMetrics tokenMean = Compute(torch, LossNormalization.TokenMean, out double[] dTokenMean);
        PolicyLossMetrics sequenceMean = Compute(torch, LossNormalization.SequenceMean, out _);
        PolicyLossMetrics constant = Compute(torch, LossNormalization.ConstantLength, out _);

        Assert.Equal(torch.Number("token_mean", "loss"), tokenMean.Loss, LossTolerance.Printed);
        Assert.Equal(torch.Number("sequence_mean", "loss"), sequenceMean.Loss, LossTolerance.Printed);
        Assert.Equal(torch.Number("constant_length", "loss"), constant.Loss, LossTolerance.Printed);

        double[] ratios = torch.Tokens("ratios");
        double[] clipped = torch.Tokens("clipped");
        Assert.Equal(ratios.Average(), tokenMean.MeanRatio, LossTolerance.Printed);
        Assert.Equal(ratios.Max(ratio => Math.Abs(ratio - 1.0)), tokenMean.MaxRatioDeviation, LossTolerance.Printed);
        double oldKl = ratios.Average(ratio => ratio - 1.0 - Math.Log(ratio));
        Assert.Equal(oldKl, tokenMean.MeanOldKl, LossTolerance.Printed);
        Assert.Equal(torch.Tokens("k3").Average(), tokenMean.MeanReferenceKl!.Value, LossTolerance.Printed);
        Assert.Equal(clipped[..torch.Starts[1]].Sum(), tokenMean.ClippedHigh);
        Assert.Equal(clipped[torch.Starts[1]..].Sum(), tokenMean.ClippedLow);
        Assert.Equal(clipped.Average(), tokenMean.ClipFractionLow + tokenMean.ClipFractionHigh, LossTolerance.Rounding);
        Assert.Equal(ratios.Length, tokenMean.Tokens);

        // Of clipped tokens only the KL is left, dk3 = 1 - exp(r - n).
        double beta = torch.Number("beta");
        for (int t = 0; t < ratios.Length; t++)
        {
            double advantage = torch.Advantages[t < torch.Starts[1] ? 0 : 1];
            double policy = clipped[t] == 1.0 ? 0.0 : -ratios[t] * advantage;
            double kl = beta * (1.0 - Math.Exp(torch.ReferenceLogProbs[t] - torch.NewLogProbs[t]));
            Assert.Equal((policy + kl) / ratios.Length, dTokenMean[t], LossTolerance.Printed);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Token_losses_are_those_of_PyTorch(string name)
    {
        // Every token its own sequence, divided by nothing: the loss of a call is that token's loss.
        TorchVectors torch = TorchVectors.Load(name);
        double[] expected = torch.Tokens("token_losses");
        for (int t = 0; t < expected.Length; t++)
        {
            PolicyLossMetrics token = PolicyLoss.Compute(
                torch.NewLogProbs.AsSpan(t, 1),
                torch.OldLogProbs.AsSpan(t, 1),
                torch.ReferenceLogProbs.AsSpan(t, 1),
                [torch.Advantages[t < torch.Starts[1] ? 0 : 1]],
                [0, 1],
                new UpdateSize(1, 1),
                Options(torch, LossNormalization.TokenMean),
                new double[1]);
            Assert.Equal(expected[t], token.Loss, LossTolerance.Printed);
        }
    }

    private static PolicyLossMetrics Compute(
        TorchVectors torch, LossNormalization normalization, out double[] dLogProbs)
    {
        dLogProbs = new double[torch.NewLogProbs.Length];
        return PolicyLoss.Compute<double>(
            torch.NewLogProbs,
            torch.OldLogProbs,
            torch.ReferenceLogProbs,
            torch.Advantages,
            torch.Starts,
            UpdateSize.Of(torch.Starts),
            Options(torch, normalization),
            dLogProbs);
    }

    private static PolicyLossOptions Options(TorchVectors torch, LossNormalization normalization) => new()
    {
        ClipLow = torch.Number("clip_low"),
        ClipHigh = torch.Number("clip_high"),
        KlCoefficient = torch.Number("beta"),
        Normalization = normalization,
        ConstantLength = (int)torch.Number("constant_length", "length"),
    };
}
