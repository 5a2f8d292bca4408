namespace Hone.Selection;

/// <summary>How near a prompt is to the centre of the model's confidence: neither known nor hopeless.</summary>
/// <remarks>Source: UFO-RL, arXiv 2505.12457, the score of the authors' script.</remarks>
public static class Fuzziness
{
    /// <summary>Fuzziness = 1 - (s - mu)^2.</summary>
    /// <param name="probability">s = exp(Conf), in [0, 1].</param>
    /// <param name="center">mu, the centre of s over the candidate set, in [0, 1].</param>
    /// <returns>At most 1, which is reached where s = mu; at least 0 for arguments in [0, 1].</returns>
    public static double Score(double probability, double center)
    {
        double distance = probability - center;
        return 1.0 - (distance * distance);
    }
}
