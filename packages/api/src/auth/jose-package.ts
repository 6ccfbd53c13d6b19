/** What is used of the library for JSON Web Tokens, which is imported on demand: an API without login has no tokens. */
export { errors, jwtVerify, SignJWT } from 'jose';
