/**
 * CDK validates each template with a module of WebAssembly that takes longer than all else. Import this before a stack is
 * made; `app.prove.test.ts` leaves the validation on.
 */
process.env.CDK_VALIDATION = 'false';
