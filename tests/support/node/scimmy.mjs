// scimmy-routers with handlers in memory, as its documentation shows them. The port is the only line of output.
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const stores = {User: new Map(), Group: new Map()};
let next = 1;

for (const [kind, name] of [["User", "userName"], ["Group", "displayName"]]) {
    const store = stores[kind];
    const known = (id) => {
        if (!store.has(id)) throw new SCIMMY.Types.Error(404, null, `${kind} ${id} not found`);
        return store.get(id);
    };
    SCIMMY.Resources.declare(SCIMMY.Resources[kind], {
        egress: (resource) => {
            if (resource.id) return known(resource.id);
            const found = [...store.values()];
            return resource.filter ? resource.filter.match(found) : found;
        },
        ingress: (resource, data) => {
            const id = resource.id ?? String(next++);
            const {schemas, meta, ...values} = JSON.parse(JSON.stringify(data));
            const same = ([other, one]) => other !== id && kind === "User" && one[name].toLowerCase() === values[name].toLowerCase();
            if (resource.id) known(id);
            if ([...store].some(same)) throw new SCIMMY.Types.Error(409, "uniqueness", `${name} is taken`);
            store.set(id, {...values, id, meta: {created: new Date(), lastModified: new Date()}});
            return store.get(id);
        },
        degress: (resource) => {
            known(resource.id);
            store.delete(resource.id);
        },
    });
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser);

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${process.env.SCIM_TOKEN}`) throw new Error("unknown token");
        return "okta";
    },
}));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
