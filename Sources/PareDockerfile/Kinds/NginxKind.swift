// SPDX-License-Identifier: Apache-2.0

extension Kind {
    /// nginx from Debian's packages, or on its official image, which is Debian too.
    static let nginx = Kind(
        id: .nginx, name: "an nginx server",
        fits: { target, base in
            base.isOfficial("nginx") || base.isPlainDebian && target.startedName == "nginx"
        },
        prepare: { draft in
            guard draft.target.base?.isOfficial("nginx") == true else { return }
            let line = draft.target.root.instructions[0].line
            for step in draft.target.steps {
                let text = step.instruction.arguments
                if text.contains("/etc/nginx/templates") || text.contains("NGINX_ENTRYPOINT_") {
                    return draft.stop(
                        step.instruction.line,
                        "not supported: the entry point fills in templates at each start, for which it needs a shell"
                    )
                }
                if text.contains("/docker-entrypoint.d") {
                    return draft.stop(
                        step.instruction.line,
                        "not supported: scripts in /docker-entrypoint.d run at each start, for which they need a shell"
                    )
                }
            }
            draft.note(
                line,
                "the base's entry point script is left out: without templates and settings of its own it only adds IPv6"
            )
            draft.settings += ["STOPSIGNAL SIGQUIT"]
            if draft.target.steps(.expose).isEmpty { draft.settings += ["EXPOSE 80"] }
        },
        start: { words, draft throws(StartCommand.Unavailable) in
            let isOfficial = draft.target.base?.isOfficial("nginx") ?? false
            let given = words.entrypoint == ["/docker-entrypoint.sh"] ? nil : words.entrypoint
            let usual = ["nginx", "-g", "daemon off;"]
            let all = StartWords(
                entrypoint: given,
                command: words.command ?? (isOfficial && given == nil ? usual : nil))
            return try all.told { prefix throws(StartCommand.Unavailable) in try nginxStart(prefix.rest) }
        },
        startReason: "the final image has no shell, and signals reach nginx itself",
        user: { target in target.base?.isOfficial("nginx") == true ? "101:101" : "33:33" },
        takes: { path, _ in path == "/etc/nginx" || path.hasPrefix("/etc/nginx/") },
        needs: { draft in nginxNeeds(draft) })

    private static func nginxStart(_ words: [String]) throws(StartCommand.Unavailable) -> StartCommand {
        let name = StartWords.lastPart(of: words[0])
        guard ["nginx", "nginx-debug"].contains(name) else {
            throw StartCommand.Unavailable(reason: "'\(words[0])' is not nginx")
        }
        var start = StartCommand(program: "/usr/sbin/\(name)", words: Array(words.dropFirst()))
        if !words.contains(where: { $0.contains("daemon") }) {
            start.losses = ["nginx goes to the background unless its configuration says 'daemon off;'"]
        }
        return start
    }
}

private func nginxNeeds(_ draft: Draft) -> Needs {
    var needs = Needs(
        comment: "nginx, its configuration and the modules that this loads, their libraries,",
        libraries: "nginx, the modules that its configuration loads, and the libraries that these link to",
        environment: ["ENV PATH=/usr/sbin"], program: draft.program)
    needs.files = [draft.program, "/etc/nginx", "/usr/share/nginx", "/var/www", "/etc/ld.so.cache"]
    needs.looking = [
        "# The modules that the configuration loads, by paths from one of the usual places.",
        #"find -L /etc/nginx -name '*.conf' -exec sed -n \"#,
        #"    's/^[[:blank:]]*load_module[[:blank:]]*"\{0,1\}\([^";]*\).*/\1/p' {} + > /tmp/modules; \"#,
        #"while read -r module; do \"#,
        #"    for place in / /etc/nginx/ /usr/share/nginx/; do \"#,
        #"        if [ -f "$place$module" ]; then \"#,
        #"            ldd "$place$module" >> /tmp/ldd; \"#,
        #"            printf '%s (0x, itself)\n' "$place$module" >> /tmp/ldd; \"#,
        #"        fi; \"#,
        #"    done; \"#,
        #"done < /tmp/modules; \"#,
    ]
    needs.after = [
        "# What nginx writes to belongs to the user that it runs as.",
        #"for folder in /run /var/log/nginx /var/lib/nginx /var/cache/nginx; do \"#,
        #"    mkdir -p "/closure$folder"; \"#,
        #"done; \"#,
        #"find /var/log/nginx -mindepth 1 -maxdepth 1 -exec cp -pP -t /closure/var/log/nginx {} +; \"#,
        #"find /var -maxdepth 1 -name run -type l -exec cp -P -t /closure/var {} +; \"#,
        #"chown -R \#(draft.user) /closure/run /closure/var/log/nginx /closure/var/lib/nginx /closure/var/cache/nginx; \"#,
    ]
    return needs
}
