/** The time, for everything that is handed a clock. */
export const now = () => new Date();
