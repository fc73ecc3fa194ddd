// @better-auth/scim with its tables in memory. The port is the only line of output.
import {createServer} from "node:http";
import {scim} from "@better-auth/scim";
import {betterAuth} from "better-auth";
import {memoryAdapter} from "better-auth/adapters/memory";
import {getAuthTables} from "better-auth/db";
import {toNodeHandler} from "better-auth/node";

const options = {
    baseURL: "http://127.0.0.1",
    secret: "a secret of thirty-two characters or more",
    rateLimit: {enabled: false},
    logger: {disabled: true},
    telemetry: {enabled: false},
    plugins: [
        scim({connections: [{id: "okta", credentials: [{type: "bearer", id: "one", token: process.env.SCIM_TOKEN}]}]}),
    ],
};
const tables = Object.fromEntries(Object.values(getAuthTables(options)).map(({modelName}) => [modelName, []]));
const handle = toNodeHandler(betterAuth({...options, database: memoryAdapter(tables)}));
const server = createServer((request, response) => {
    request.url = `/api/auth${request.url}`;
    handle(request, response);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
