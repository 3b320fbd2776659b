namespace Portal.Web.Resources;

/// <summary>Names the resource that holds every text of the screens: <c>Texts.resx</c>, and <c>Texts.ko.resx</c>.</summary>
public sealed class Texts;
