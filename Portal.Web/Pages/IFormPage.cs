namespace Portal.Web.Pages;

/// <summary>A page with a form that people type into: it is shown again, as it was sent, where the database does not take it.</summary>
internal interface IFormPage
{
    /// <summary>False where the page cannot be shown without what the database would have to tell.</summary>
    bool CanBeShownAgain => true;
}
