namespace Hone.Records.DataSets;

/// <summary>One generated prompt with a checkable answer.</summary>
/// <param name="Id">The prompt id.</param>
/// <param name="Prompt">An expression and an equals sign, such as <c>23+4*7-5=</c>.</param>
/// <param name="Answer">The value.</param>
/// <param name="Solution">One step an operator, then the answer in tags.</param>
public sealed record ArithmeticProblem(string Id, string Prompt, string Answer, string Solution);
