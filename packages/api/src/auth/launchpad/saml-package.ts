/** What is used of the library for SAML. A bundle of files gives a package of CommonJS that is imported on demand no names. */
export { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
