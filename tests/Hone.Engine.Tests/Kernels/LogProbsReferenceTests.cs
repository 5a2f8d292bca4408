using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class LogProbsReferenceTests
{
    [Fact]
    public void One_to_three_is_the_distribution_on_paper()
    {
        // Logits 0 and ln 3: probabilities 1/4 and 3/4.
        double[] head = [0, Math.Log(3)], logProbs = new double[2], entropies = new double[2];
        LogProbs.Forward<double>([1], [0, 0], [0, 1], head, 1, 2, logProbs, entropies);
        double entropy = (0.25 * Math.Log(4)) + (0.75 * Math.Log(4.0 / 3));
        Near.Check("logProbs (r)", [2], [Math.Log(0.25), Math.Log(0.75)], logProbs, Tolerance.DoubleSum, "paper");
        Near.Check("entropies (r)", [2], [entropy, entropy], entropies, Tolerance.DoubleSum, "paper");

        // KL(uniform || p) = 1/2 ln((1/2) / (1/4)) + 1/2 ln((1/2) / (3/4)).
        double selfCertainty = LogProbs.SelfCertainty<double>([1], head, 1, 2);
        Near.Check(
            "self-certainty", [1], [(0.5 * Math.Log(2)) + (0.5 * Math.Log(2.0 / 3))], [selfCertainty], Tolerance.DoubleSum, "paper");

        // d ln p_1 / dz = (-1/4, 1/4) at p_1 = 3/4; times dLogProb 8.
        double[] dHidden = [9, 9], dHead = [100, 0];
        LogProbs.Backward<double>([8], [1, 1], [1], [1], head, 1, 2, dHidden, dHead);
        Near.Check("dHidden (t c)", [2, 1], [0, 2 * Math.Log(3)], dHidden, Tolerance.DoubleSum, "paper");
        Near.Check("dHead (v c)", [2, 1], [98, 2], dHead, Tolerance.DoubleSum, "paper");
    }

    [Fact]
    public void Gradients_are_those_of_differences()
    {
        const int T = 5, C = 7, V = 11;
        int[] rows = [0, 2, 2, 4], targets = [3, 10, 0, 3];
        double[] hidden = Values.Normal(1, T * C).Doubles(), head = Values.Normal(2, V * C).Doubles();
        double[] dLogProbs = Values.Normal(3, 4).Doubles(), dHidden = new double[T * C], dHead = new double[V * C];
        LogProbs.Backward<double>(dLogProbs, hidden, rows, targets, head, C, V, dHidden, dHead);
        double Loss()
        {
            double[] logProbs = new double[4], entropies = new double[4];
            LogProbs.Forward<double>(hidden, rows, targets, head, C, V, logProbs, entropies);
            return GradientCheck.Dot(logProbs, dLogProbs);
        }

        GradientCheck.Check("dHidden (t c)", [T, C], hidden, dHidden, Loss);
        GradientCheck.Check("dHead (v c)", [V, C], head, dHead, Loss);
    }
}
