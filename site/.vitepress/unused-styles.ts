/** Parts of the theme that no page here has: the search service's own box, teams, sponsors, adverts, the hero, boxes, badges. */
const UNUSED =
  /DocSearch-(?!Button|Search-Icon)|class\*=DocSearch|\.algolia|VPTeam|VPHero|VPFeature|vp-sponsor|VPSponsor|VPCarbonAds|VPHome|custom-block|VPBadge|VPButton|line-numbers|vp-code-group|vpi-heart/;
/** Variables of those parts alone. */
const UNUSED_VARIABLE =
  /^--(?:docsearch|vp-custom-block|vp-button|vp-badge|vp-sponsor|vp-carbon-ads|vp-home)-/;

/** Components that no page shows: their styles go by names that others have as well. */
const UNUSED_FILE =
  /\/VP(?:Home|Hero|Feature|Team|Sponsor|CarbonAds|DocAsideSponsors|DocAsideCarbonAds|Button|Badge|Footer|SocialLink|NavBarSocialLinks|NavScreenSocialLinks|Page\b)\w*\.vue/;

interface Root {
  readonly source?: { readonly input: { readonly file?: string } };
  removeAll(): void;
}

interface Declaration {
  readonly prop: string;
  remove(): void;
}

interface Rule {
  readonly selectors: readonly string[];
  remove(): void;
}

/** A plug-in of PostCSS that leaves them out: a quarter of the styles that a page loads. */
export const withoutUnusedStyles = {
  postcssPlugin: "without-unused-styles",
  Once(root: Root): void {
    if (UNUSED_FILE.test(root.source?.input.file ?? "")) root.removeAll();
  },
  Declaration(declaration: Declaration): void {
    if (UNUSED_VARIABLE.test(declaration.prop)) declaration.remove();
  },
  Rule(rule: Rule): void {
    if (rule.selectors.every((selector) => UNUSED.test(selector))) rule.remove();
  },
};
