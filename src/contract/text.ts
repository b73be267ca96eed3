import { z } from 'zod';

/** The two languages of the product; every text for a person exists in both. */
export const languageSchema = z.enum(['uk', 'en']);
export type Language = z.infer<typeof languageSchema>;

/** A name in both languages, as configured: `{uk: "Краківець", en: "Krakivets"}`. */
export const bilingualSchema = z.strictObject({ uk: z.string().min(1), en: z.string().min(1) });
export type Bilingual = z.infer<typeof bilingualSchema>;
