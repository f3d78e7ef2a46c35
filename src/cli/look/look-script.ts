/** Runs in the browser before a page's own script: colours of the style, and numbers with commas. */
export const LOOK_SCRIPT = `
const colourOf = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const number = (value) => String(value).replace(/\\B(?=(\\d{3})+$)/g, ",");
`;
