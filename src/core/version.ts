/** Version of this package, as its objects and requests say it. A test ties it to package.json. */
export const VERSION = "0.2.0";
