// Names of the units that numbers are in; aliases, so that arithmetic stays plain.

/** Length on screen, independent of the density of the display. */
export type CssPixels = number;

/** Length in dots of the display: CSS pixels times `devicePixelRatio`. */
export type DevicePixels = number;

/** Nanoseconds since the base time of a trace. A double, exact up to 2^53 ns (104 days). */
export type RelativeNanos = number;
