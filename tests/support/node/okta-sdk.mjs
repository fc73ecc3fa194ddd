// Okta's SDK for Node in PrivateKey mode, once for each settings in the JSON list on standard input: it signs in, creates
// a group and lists the groups. The output is a JSON list of what came of each.
import {readFileSync} from "node:fs";
import okta from "@okta/okta-sdk-nodejs";

async function tried(settings) {
    const client = new okta.Client({...settings, authorizationMode: "PrivateKey", testing: {disableHttpsCheck: true}});
    try {
        const made = await client.groupApi.createGroup({group: {profile: {name: settings.group}}});
        const names = [];
        await (await client.groupApi.listGroups({q: settings.group})).each((group) => names.push(group.profile.name));
        return {made: made.profile.name, names};
    } catch (error) {
        return {refused: error.status};
    }
}

const told = [];
for (const settings of JSON.parse(readFileSync(0, "utf8"))) told.push(await tried(settings));
console.log(JSON.stringify(told));
process.exit();
