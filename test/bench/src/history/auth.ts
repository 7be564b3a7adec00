import { urlencode } from "../../../simulator/src/index.ts";
import { key } from "./form-key.ts";

/** The part of `auth` that is the same in all bodies of a portal. */
export const authOf = (domain: string, memberId: string, applicationToken: string): string =>
  [
    `${key("auth", "expires_in")}3600`,
    `${key("auth", "scope")}${urlencode("imopenlines,imconnector,im,imbot")}`,
    `${key("auth", "domain")}${domain}`,
    `${key("auth", "server_endpoint")}${urlencode("https://oauth.bitrix.info/rest/")}`,
    `${key("auth", "status")}L`,
    `${key("auth", "client_endpoint")}${urlencode(`https://${domain}/rest/`)}`,
    `${key("auth", "member_id")}${memberId}`,
    `${key("auth", "application_token")}${applicationToken}`,
  ].join("");
