FROM parley-stand-in/debian
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends nginx-light curl \
 && rm -rf /var/lib/apt/lists/*
CMD ["nginx", "-g", "daemon off;"]
