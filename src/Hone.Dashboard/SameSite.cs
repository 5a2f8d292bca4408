using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard;

/// <summary>Keeps other sites' pages from loading anything here, by what browsers say of each request.</summary>
internal static class SameSite
{
    /// <summary>Refuses a request that another site's page has made. A link to one of our pages may be followed from anywhere.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isPage">Whether it asks for a page that a reader may be led to.</param>
    /// <exception cref="RequestProblemException">Another site asks.</exception>
    public static void Check(HttpRequest request, bool isPage)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        bool isFollowed = isPage && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
        if ((site is not ("" or "same-origin" or "none") && !isFollowed)
            || (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)))
        {
            throw new RequestProblemException(403, "Another site's page asks, expected one of this server.");
        }
    }
}
